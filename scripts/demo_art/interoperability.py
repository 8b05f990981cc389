"""Pictures of Interoperability: sea blues, with signal red."""

from __future__ import annotations

from .canvas import Canvas, Palette, Point, bezier, mix, on_circle, scatter
from .gallery import Gallery
from .motifs import page, ribs, tree

P = Palette("#12344D", "#1C7CA6", "#5DB4CF", "#BDE2EC", "#F0F8FA", "#E5604C", "#F4C95D")
gallery = Gallery(P)
STONE = "#E9E4DA"


@gallery.banner("interoperability")
def tram_map(c: Canvas) -> None:
    c.rect(0, 0, 1600, 500, P.ink)
    c.disc(1240, 250, 330, mix(P.ink, P.main, 0.3))
    lines = (
        (P.mid, [(-20, 130), (260, 130), (360, 250), (760, 250), (880, 130), (1620, 130)]),
        (P.warm, [(-20, 380), (420, 380), (560, 250), (1000, 250), (1130, 380), (1620, 380)]),
        (
            P.sun,
            [
                (260, -20),
                (260, 250),
                (400, 380),
                (860, 380),
                (1000, 250),
                (1300, 250),
                (1420, 130),
                (1420, -20),
            ],
        ),
    )
    for fill, path in lines:
        c.line(path, 16, fill)
    stops = [(120, 130), (360, 250), (260, 130), (560, 250), (760, 250), (880, 130), (420, 380), (1000, 250)]
    for i, (x, y) in enumerate((*stops, (1130, 380), (1300, 250), (1420, 130), (700, 380), (1200, 130), (1460, 380))):
        r = 44 if i in (3, 7, 10) else 24
        c.disc(x, y, r, P.white)
        c.disc(x, y, r - 11, P.main if i % 2 else P.ink)


@gallery.picture("openrecords-one-patient-nine-record-numbers-how-a-region-matched-them", (700, 700))
def nine_cards(c: Canvas) -> None:
    c.rect(0, 0, 700, 700, P.soft)
    c.disc(560, 350, 260, mix(P.soft, P.mid, 0.55))
    tints = (P.main, P.ink, P.warm, P.mid, P.sun)
    for i in range(9):
        y = 56 + i * 73
        c.line(bezier((150, y), (330, y), (270, 350), (470, 350)), 7, tints[i % 5])
    for i in range(9):
        y = 56 + i * 73
        c.rect(44, y - 25, 112, 50, P.white, 9)
        c.disc(70, y, 12, tints[i % 5])
        c.rect(92, y - 4, 44, 9, P.soft, 4)
    c.rect(430, 220, 230, 260, P.white, 22)
    c.disc(545, 300, 40, P.warm)
    c.rect(474, 364, 142, 18, P.ink, 9)
    c.rect(474, 398, 110, 14, P.soft, 7)
    c.rect(474, 426, 126, 14, P.soft, 7)


@gallery.picture("openrecords-fhir-at-the-small-end-a-two-doctor-practice-publishes-its-first-endpoint")
def small_clinic_plug(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.rect(0, 540, 1200, 135, P.mid)
    c.disc(220, 160, 80, P.sun)
    tree(c, 110, 545, 190, P.main, P.ink)
    c.rect(200, 330, 340, 214, P.white)
    c.poly([(170, 330), (570, 330), (520, 250), (220, 250)], P.ink)
    c.rect(240, 380, 80, 74, P.soft, 8)
    c.rect(360, 400, 72, 144, P.main, 8)
    c.disc(370 + 52, 476, 6, P.sun)
    c.rect(346, 272, 16, 48, P.warm, 3)
    c.rect(330, 288, 48, 16, P.warm, 3)
    c.rect(466, 420, 54, 54, P.ink, 12)
    for x in (483, 503):
        c.disc(x, 447, 6, P.white)
    c.line(bezier((493, 447), (640, 447), (560, 600), (720, 600), 40), 14, P.ink)
    c.line(bezier((720, 600), (980, 600), (700, 220), (920, 220), 60), 14, P.ink)
    c.rect(910, 160, 120, 120, P.warm, 30)
    for y in (192, 240):
        c.rect(1026, y - 9, 66, 18, P.ink, 9)
    c.arc(1160, 216, 60, 110, 250, 14, P.mid)
    c.arc(1200, 216, 60, 120, 240, 14, P.soft)


@gallery.picture("bedsidedata-lab-results-that-arrive-before-the-patient-does")
def flying_test_tube(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.pie(1200, 675, 430, 180, 270, mix(P.soft, P.mid, 0.6))
    for x, y, w in ((120, 120, 180), (520, 80, 130), (250, 540, 150)):
        c.rect(x, y, w, 44, P.white, 22)
        c.rect(x + w * 0.25, y - 24, w * 0.42, 50, P.white, 25)
    trail = bezier((80, 420), (220, 560), (280, 330), (430, 360))
    c.dashes(trail, 5, 7, P.main)
    c.line([(500, 345), (760, 255)], 104, P.white)
    c.line([(600, 310), (764, 253)], 80, P.warm, caps=False)
    c.disc(760, 255, 40, P.warm)
    c.disc(690, 262, 9, P.sun)
    c.disc(736, 270, 13, P.sun)
    c.line([(480, 290), (522, 412)], 30, P.ink)
    c.rect(960, 330, 160, 130, P.ink, 22)
    c.pie(1040, 334, 80, 180, 360, P.ink)
    c.rect(992, 350, 96, 18, P.soft, 9)
    c.rect(1116, 270, 12, 70, P.warm)
    c.rect(1116, 262, 50, 32, P.warm, 5)
    c.rect(1022, 455, 36, 230, mix(P.ink, P.main, 0.4))


@gallery.picture("openrecords-consent-you-can-read-on-a-phone-and-take-back")
def toggle(c: Canvas) -> None:
    c.rect(0, 0, 600, 675, P.main)
    c.rect(600, 0, 600, 675, STONE)
    c.rect(330, 200, 540, 276, P.ink, 138)
    c.rect(350, 220, 500, 236, P.mid, 118)
    c.disc(732, 338, 104, P.white)
    c.disc(732, 338, 58, P.soft)
    c.ring(150, 260, 48, 24, P.sun)
    c.line([(150, 308), (150, 466)], 24, P.sun)
    for y in (420, 460):
        c.line([(150, y), (188, y)], 20, P.sun)
    c.rect(970, 330, 150, 130, P.warm, 20)
    c.arc(1045, 280, 50, 180, 330, 22, P.ink)
    c.line([(995, 282), (995, 334)], 22, P.ink)
    c.disc(1045, 384, 17, P.ink)
    c.rect(1037, 384, 16, 44, P.ink, 8)


@gallery.picture("clinicwire-the-fax-machines-long-goodbye-counting-pages-in-a-referral-office")
def fax_machine(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, STONE)
    c.rect(0, 570, 1200, 105, mix(STONE, P.ink, 0.2))
    c.poly([(300, 60), (520, 60), (540, 340), (280, 340)], P.white)
    for i in range(4):
        c.rect(326, 110 + i * 46, (150, 120, 160, 90)[i], 14, P.soft, 7)
    c.rect(150, 320, 520, 250, P.main, 30)
    c.rect(150, 320, 520, 70, P.ink, 30)
    c.rect(180, 420, 90, 120, P.ink, 20)
    c.rect(198, 430, 24, 100, P.mid, 12)
    for i in range(9):
        c.rect(320 + i % 3 * 54, 430 + i // 3 * 40, 38, 26, P.sun if i == 4 else P.soft, 8)
    c.rect(520, 430, 110, 46, P.pale, 8)
    c.rect(640, 430, 240, 104, P.white)
    for i in range(3):
        c.rect(700, 452 + i * 26, (140, 110, 150)[i], 10, P.soft, 5)
    for i in range(84):
        col, row = divmod(i, 6)
        if (i * 0.618) % 1 > col / 15:
            size = 16 - col * 0.6
            lift = -col * col * 0.9 * (0.4 + (i * 0.37) % 1)
            c.rect(882 + col * 21, 431 + row * 17.4 + lift, size, size, P.white if i % 4 else P.warm, 2)


@gallery.picture("openrecords-twelve-names-for-one-allergy-a-vocabulary-clean-up-step-by-step")
def twelve_tags(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    c.disc(600, 338, 210, mix(P.ink, P.main, 0.4))
    tints = (P.warm, P.sun, P.mid, P.soft, P.white, P.main)
    for i in range(12):
        angle = i * 30 + 15
        x, y = on_circle(600, 338, 1, angle)
        x, y = 600 + (x - 600) * 430, 338 + (y - 338) * 252
        c.line(
            bezier((600, 338), on_circle(600, 338, 130, angle + 35), on_circle(x, y, 80, angle + 190), (x, y)),
            6,
            P.soft,
        )
        fill = tints[i % 6]
        if i % 3 == 0:
            c.rect(x - 70, y - 36, 140, 72, fill, 12)
        elif i % 3 == 1:
            c.disc(x, y, 46, fill)
        else:
            c.poly([(x - 78, y), (x - 36, y - 40), (x + 64, y - 40), (x + 64, y + 40), (x - 36, y + 40)], fill)
        c.rect(x - 26, y - 5, 54, 10, P.ink, 5)
    c.ring(600, 338, 26, 14, P.warm)
    c.ring(622, 322, 22, 12, P.warm)
    c.ring(582, 322, 22, 12, P.warm)


@gallery.picture("carefrontier-a-vaccine-record-that-crosses-three-borders")
def three_landscapes(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.poly([(0, 675), (0, 380), (120, 220), (230, 340), (330, 180), (520, 420), (520, 675)], P.ink)
    c.poly([(330, 180), (290, 240), (330, 262), (360, 238), (378, 240)], P.white)
    c.below(lambda x: 330 + 330 * ((x - 630) / 330) ** 2, P.main)
    for x in range(460, 810, 68):
        tree(c, x, 338 + 330 * ((x - 630) / 330) ** 2, 84, P.mid, P.ink)
    c.hill(560, 16, 420, 0.3, P.mid)
    c.poly([(760, 675), (900, 430), (1220, 380), (1220, 675)], P.sun)
    c.rect(1000, 340, 60, 90, P.white)
    c.poly([(990, 340), (1030, 280), (1070, 340)], P.warm)
    c.hill(620, 8, 800, 0.1, P.pale)
    c.dashes(bezier((60, 600), (360, 460), (760, 620), (1140, 520), 90), 4, 7, P.warm)
    c.rect(500, 40, 270, 180, P.white, 20)
    c.rect(500, 40, 270, 46, P.warm, 20)
    c.rect(500, 64, 270, 22, P.warm)
    pattern = "1101101 1011001 0110110 1001011 1110100 0101101"
    for row, bits in enumerate(pattern.split()):
        for col, bit in enumerate(bits):
            if bit == "1":
                c.rect(526 + col * 16, 104 + row * 16, 14, 14, P.ink)
    c.rect(660, 114, 80, 14, P.soft, 7)
    c.rect(660, 144, 60, 14, P.soft, 7)
    c.rect(660, 174, 72, 14, P.soft, 7)


@gallery.picture("northharbor-institute-public-comment-opens-on-a-shared-imaging-index")
def film_sheets(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.rect(0, 0, 1200, 675, mix(P.pale, P.soft, 0.5))
    for i in range(5):
        shift = i * 84
        fill = mix(P.soft, P.ink, (0.12, 0.28, 0.46, 0.66, 1)[i])
        c.poly(
            [
                (180 + shift, 90 + i * 10),
                (560 + shift, 50 + i * 10),
                (620 + shift, 570 + i * 10),
                (240 + shift, 610 + i * 10),
            ],
            fill,
        )
    spine = bezier((720, 150), (735, 300), (745, 420), (760, 580))
    c.line(spine, 16, P.soft)
    for i in range(6):
        ribs(c, *spine[8 + i * 8], 100 + 12 * min(i, 3), 11, P.mid)


@gallery.picture("openrecords-bulk-export-on-a-sunday-night-a-hospitals-field-notes")
def moonlit_export(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    c.disc(250, 140, 80, P.sun)
    for x, y in scatter(40, 1200, 420):
        c.disc(x, y, 3, P.mid)
    c.rect(110, 290, 300, 330, P.main)
    c.rect(200, 230, 120, 70, P.main)
    c.rect(252, 244, 16, 44, P.warm, 3)
    c.rect(238, 258, 44, 16, P.warm, 3)
    for i in range(12):
        c.rect(
            140 + i % 4 * 66,
            330 + i // 4 * 78,
            42,
            48,
            P.sun if i in (2, 5, 7, 8) else mix(P.main, P.ink, 0.5),
            5,
        )
    path = bezier((420, 380), (560, 120), (760, 120), (930, 330), 34)
    for i, (x, y) in enumerate(path):
        size = 24 - abs(i - 17) * 0.4
        c.rect(x - size / 2, y - size / 2 + (i % 3 - 1) * 26, size, size, (P.warm, P.white, P.mid)[i % 3], 4)
    for i in range(4):
        y = 590 - i * 70
        c.rect(830, y - 46, 240, 60, P.soft if i % 2 else P.mid)
        c.oval(950, y + 14, 120, 32, P.soft if i % 2 else P.mid)
        c.oval(950, y - 46, 120, 32, P.white if i == 3 else mix(P.mid, P.white, 0.35))
    c.rect(0, 612, 1200, 63, mix(P.ink, "#000000", 0.35))


@gallery.picture("openrecords-why-the-discharge-summary-still-fails-at-the-pharmacy-counter")
def pharmacy_counter(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.rect(600, 0, 600, 675, mix(P.soft, P.mid, 0.5))
    c.rect(0, 500, 1200, 175, P.ink)
    c.rect(0, 490, 1200, 30, P.main)
    c.rect(170, 270, 190, 224, P.white, 8)
    c.poly([(170, 276), (194, 244), (336, 244), (360, 276)], P.pale)
    c.rect(254, 330, 22, 96, P.warm, 4)
    c.rect(217, 367, 96, 22, P.warm, 4)
    c.pie(940, 490, 92, 180, 360, P.sun)
    c.rect(836, 476, 208, 20, P.warm, 10)
    c.disc(940, 392, 14, P.warm)
    tear: list[Point] = [
        (596, 110),
        (622, 160),
        (588, 205),
        (616, 250),
        (582, 300),
        (612, 345),
        (590, 390),
        (604, 410),
    ]
    c.poly([(450, 90), *[(x - 12, y) for x, y in tear], (450, 410)], P.white)
    c.poly([(760, 130), *[(x + 24, y + 36) for x, y in tear], (760, 440)], P.white)
    for i in range(4):
        c.rect(482, 150 + i * 60, 76, 14, P.mid, 7)
        c.rect(656, 190 + i * 60, 76, 14, P.mid, 7)


@gallery.picture("bedsidedata-a-ledger-of-who-looked-access-logs-patients-can-open")
def eye_and_ledger(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.main)
    c.pie(0, 0, 480, 0, 90, mix(P.main, P.ink, 0.3))
    upper = bezier((90, 338), (230, 120), (470, 120), (610, 338))
    lower = bezier((610, 338), (470, 556), (230, 556), (90, 338))
    c.poly([*upper, *lower], P.white)
    c.disc(350, 338, 118, P.mid)
    c.disc(350, 338, 62, P.ink)
    c.disc(390, 300, 24, P.white)
    page(c, 720, 70, 360, 535, P.pale, P.pale, [])
    for i in range(6):
        y = 140 + i * 78
        c.disc(778, y, 23, P.warm if i == 3 else (P.ink, P.mid, P.sun)[i % 3])
        c.rect(824, y - 14, (190, 150, 200, 170, 130, 180)[i], 13, P.ink, 6)
        c.rect(824, y + 8, (90, 120, 80, 110, 100, 70)[i], 10, P.soft, 5)
