"""Pictures of Telehealth: blues, with apricot."""

from __future__ import annotations

from itertools import pairwise

from .canvas import Canvas, Palette, bezier, mix, on_circle, scatter
from .gallery import Gallery
from .motifs import bell, bubble, house, laptop, person, phone, pulse, signal, tree

P = Palette("#1E2A5A", "#3E5BC9", "#7F9CEB", "#C9D7FA", "#F3F6FE", "#F59F6B", "#FFD38A")
gallery = Gallery(P)
DUSK = "#FBE3D3"


@gallery.banner("telehealth")
def roofs_at_dusk(c: Canvas) -> None:
    c.rect(0, 0, 1600, 500, P.main)
    c.pie(1180, 500, 420, 180, 360, mix(P.main, P.mid, 0.4))
    c.pie(1180, 500, 300, 180, 360, mix(P.main, P.mid, 0.75))
    widths = (120, 160, 110, 150, 130, 170)
    x = 40.0
    tops = []
    for i, w in enumerate(widths):
        h = 90 + (i * 53) % 70
        house(c, x, 500, w, h, P.ink, mix(P.ink, P.main, 0.35), P.sun if i % 2 else mix(P.ink, P.main, 0.5))
        tops.append((x + w / 2, 500 - h - w * 0.48))
        x += w + 22
    for i, top in enumerate(tops):
        c.line(bezier(top, (top[0], 60 - i * 4), (1080, 60), (1180, 230)), 5, P.sun if i % 3 == 0 else P.soft)
    c.rect(1080, 210, 300, 200, P.white, 20)
    c.rect(1098, 228, 264, 164, P.sun, 10)
    person(c, 1230, 392, 130, P.warm, P.ink)
    c.rect(1200, 410, 60, 60, P.white)
    c.rect(1140, 462, 180, 16, P.white, 8)


@gallery.picture("telehealthledger-video-visits-settle-at-one-in-five-appointments-and-clinics-plan-around-it")
def five_doors(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.rect(0, 540, 1200, 135, P.mid)
    for i in range(5):
        x = 110 + i * 204
        if i == 3:
            c.poly([(x - 60, 675), (x + 224, 675), (x + 164, 540), (x, 540)], mix(P.mid, P.sun, 0.65))
            c.rect(x, 150, 164, 390, P.ink, 16)
            c.rect(x + 14, 164, 136, 362, P.sun, 8)
            person(c, x + 82, 526, 118, P.warm, P.ink)
        else:
            c.rect(x, 150, 164, 390, P.main, 16)
            c.rect(x + 24, 182, 116, 130, mix(P.main, P.ink, 0.2), 8)
            c.rect(x + 24, 340, 116, 160, mix(P.main, P.ink, 0.2), 8)
            c.disc(x + 140, 352, 9, P.sun)


@gallery.picture("telehealthledger-the-waiting-room-nobody-sees-how-long-patients-sit-in-a-virtual-queue")
def hourglass(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.disc(600, 290, 280, P.soft)
    laptop(c, 330, 80, 540, 370, P.ink, P.main)
    c.poly([(520, 140), (680, 140), (612, 262), (588, 262)], P.soft)
    c.poly([(588, 262), (612, 262), (680, 390), (520, 390)], P.soft)
    c.poly([(546, 186), (654, 186), (610, 258), (590, 258)], P.warm)
    c.poly([(600, 320), (664, 384), (536, 384)], P.warm)
    c.rect(597, 256, 6, 90, P.warm)
    for y in (124, 384):
        c.rect(500, y, 200, 22, P.sun, 11)
    for i in range(13):
        c.disc(120 + i * 80, 590, 22, P.warm if i == 6 else mix(P.mid, P.soft, abs(i - 6) / 7))


@gallery.picture("clinicwire-tele-stroke-by-tablet-rural-crews-bring-the-neurologist-into-the-ambulance")
def ambulance(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, DUSK)
    c.disc(260, 330, 120, P.warm)
    c.poly([(-40, 520), (200, 240), (360, 420), (600, 130), (900, 420), (1020, 300), (1260, 520)], P.mid)
    c.poly([(600, 130), (520, 227), (580, 250), (620, 222), (670, 245), (700, 226)], P.white)
    c.hill(470, 22, 1100, 0.1, P.main)
    c.hill(560, 12, 1400, 0.4, P.ink)
    for x in range(30, 1200, 150):
        c.rect(x, 614, 80, 8, P.sun, 4)
    c.rect(500, 400, 300, 156, P.white, 18)
    c.poly([(790, 430), (860, 430), (910, 492), (910, 556), (790, 556)], P.white)
    c.poly([(812, 446), (854, 446), (890, 492), (812, 492)], P.soft)
    c.rect(500, 506, 410, 20, P.warm)
    c.rect(628, 424, 20, 68, P.main, 4)
    c.rect(604, 448, 68, 20, P.main, 4)
    for x in (590, 826):
        c.disc(x, 560, 40, P.ink)
        c.disc(x, 560, 18, P.soft)
    c.rect(690, 382, 50, 22, P.warm, 10)
    signal(c, 715, 376, [40, 76, 112], 12, P.white)


@gallery.picture("carefrontier-a-living-room-checklist-for-a-first-video-visit")
def living_room(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.rect(0, 530, 1200, 145, P.mid)
    c.rect(90, 90, 250, 260, P.white, 12)
    c.rect(104, 104, 222, 232, DUSK, 6)
    c.pie(215, 336, 80, 180, 360, P.warm)
    c.rect(209, 104, 12, 232, P.white)
    c.oval(560, 600, 420, 44, mix(P.mid, P.soft, 0.5))
    c.rect(360, 300, 250, 250, P.main, 60)
    c.rect(320, 410, 80, 180, P.ink, 34)
    c.rect(570, 410, 80, 180, P.ink, 34)
    c.rect(380, 460, 210, 110, mix(P.main, P.mid, 0.4), 26)
    c.rect(740, 450, 220, 18, P.ink, 9)
    c.rect(770, 460, 14, 140, P.ink)
    c.rect(916, 460, 14, 140, P.ink)
    c.poly([(800, 450), (820, 320), (950, 320), (930, 450)], P.ink)
    c.poly([(812, 440), (830, 332), (938, 332), (920, 440)], P.sun)
    person(c, 874, 440, 74, P.warm, P.ink)
    c.rect(1060, 250, 12, 340, P.ink)
    c.rect(1016, 584, 100, 16, P.ink, 8)
    c.poly([(1020, 150), (1112, 150), (1150, 262), (982, 262)], P.sun)


@gallery.picture("healthforall-review-interpreters-on-screen-in-under-a-minute")
def three_tiles(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    tiles = ((60, P.main, P.sun, P.white), (428, P.soft, P.main, P.ink), (796, P.warm, P.ink, P.white))
    for i, (x, ground, body, head) in enumerate(tiles):
        c.rect(x, 90, 344, 495, ground, 30)
        c.rect(x, 300, 344, 285, ground)
        person(c, x + 172, 585, 230, body, head)
        c.rect(x, 585, 344, 60, P.ink)
        fill = P.white if i != 1 else P.warm
        if i == 0:
            bubble(c, x + 150, 130, 150, 90, fill)
            dots = [(x + 190 + k * 36, 175) for k in range(3)]
            for dot in dots:
                c.disc(*dot, 10, P.main)
        elif i == 1:
            c.disc(x + 110, 180, 62, fill)
            c.poly([(x + 130, 225), (x + 165, 200), (x + 172, 262)], fill)
            for k in range(3):
                c.rect(x + 76, 158 + k * 22, (68, 50, 60)[k], 9, P.white, 4)
        else:
            c.poly(
                [
                    (x + 60, 120),
                    (x + 220, 120),
                    (x + 220, 215),
                    (x + 130, 215),
                    (x + 110, 262),
                    (x + 90, 215),
                    (x + 60, 215),
                ],
                fill,
            )
            c.line(
                [
                    (x + 88, 168),
                    (x + 110, 150),
                    (x + 132, 186),
                    (x + 154, 150),
                    (x + 176, 186),
                    (x + 194, 168),
                ],
                9,
                P.warm,
            )


@gallery.picture("telehealthledger-why-dermatology-photographs-travel-better-than-dermatology-appointments")
def lens_and_freckle(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, DUSK)
    c.disc(430, 338, 270, P.ink)
    c.disc(430, 338, 236, P.main)
    c.disc(430, 338, 190, P.ink)
    c.disc(430, 338, 150, mix(P.ink, P.main, 0.5))
    c.disc(430, 338, 96, P.mid)
    c.disc(430, 338, 52, P.ink)
    c.disc(374, 276, 34, P.white)
    c.disc(490, 392, 14, P.soft)
    c.disc(900, 300, 130, mix(DUSK, P.warm, 0.45))
    c.oval(900, 300, 34, 30, "#8A4A2B")
    c.rect(740, 470, 360, 92, P.sun, 10)
    for i in range(17):
        c.rect(762 + i * 20, 470, 5, 44 if i % 4 == 0 else 26, P.ink)


@gallery.picture("wardround-bad-connections-clinicians-on-the-visits-that-went-wrong")
def broken_arc(c: Canvas) -> None:
    c.rect(0, 0, 600, 675, P.main)
    c.rect(600, 0, 600, 675, P.ink)
    phone(c, 130, 270, 190, 330, P.ink, P.soft)
    person(c, 225, 580, 130, P.warm, P.ink)
    phone(c, 880, 270, 190, 330, P.main, mix(P.ink, P.main, 0.35))
    c.line([(945, 410), (1005, 470)], 14, P.mid)
    c.line([(1005, 410), (945, 470)], 14, P.mid)
    for i in range(8):
        c.disc(*on_circle(600, 420, 330, 205 + i * 7.4), 13, P.sun)
        c.disc(*on_circle(600, 470, 330, 335 - i * 7.4), 13, mix(P.mid, P.ink, i / 11))


@gallery.picture("bedsidedata-hospital-at-home-counts-its-false-alarms")
def bell_over_house(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    c.disc(600, 330, 300, mix(P.ink, P.main, 0.25))
    for x, y in scatter(60, 1200, 560):
        if (x - 600) ** 2 + (y - 330) ** 2 > 320**2:
            c.disc(x, y, 7, mix(P.ink, P.mid, 0.4))
    c.hill(600, 10, 1200, 0.2, mix(P.ink, "#000000", 0.35))
    house(c, 470, 602, 260, 190, P.main, P.mid, P.ink)
    c.rect(492, 446, 66, 66, P.ink, 6)
    c.rect(642, 446, 66, 66, P.sun, 6)
    c.rect(672, 446, 6, 66, P.main)
    c.rect(642, 476, 66, 6, P.main)
    bell(c, 600, 172, 66, P.warm, P.sun)
    for side in (0, 180):
        signal(c, 600, 172, [104], 10, P.warm, side)


@gallery.picture("telehealthledger-school-nurses-get-a-pediatrician-down-the-hall-by-video")
def schoolhouse(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.disc(1010, 140, 74, P.sun)
    c.hill(450, 24, 1000, 0.3, mix(P.soft, P.mid, 0.7))
    c.hill(565, 8, 1200, 0.1, P.main)
    c.rect(240, 310, 480, 260, P.white)
    c.poly([(210, 310), (750, 310), (690, 220), (270, 220)], P.warm)
    c.rect(430, 120, 100, 110, P.white)
    c.poly([(412, 122), (480, 50), (548, 122)], P.warm)
    bell(c, 480, 168, 28, P.sun, P.ink)
    c.rect(440, 430, 80, 140, P.ink, 6)
    for x in (284, 362, 560, 638):
        c.rect(x, 360, 50, 76, P.mid, 6)
    tree(c, 150, 570, 190, P.mid, P.ink)
    c.rect(860, 330, 180, 130, P.ink, 14)
    c.rect(874, 344, 152, 102, P.sun, 6)
    person(c, 950, 446, 80, P.warm, P.ink)
    c.rect(942, 460, 16, 90, P.ink)
    c.rect(880, 520, 140, 50, P.ink, 10)
    for x in (900, 1000):
        c.disc(x, 584, 20, P.ink)
        c.disc(x, 584, 8, P.soft)


@gallery.picture("telehealthledger-tele-rehabilitation-after-hip-surgery-what-the-motion-sensors-missed")
def leg_and_angles(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.pie(470, 250, 420, 0, 90, P.soft)
    for i, angle in enumerate((8, 24, 40, 56)):
        c.line([(470, 250), on_circle(470, 250, 420, angle)], 5, P.mid if i else P.warm)
    c.rect(0, 600, 1200, 75, P.ink)
    c.line([(330, 60), (470, 250)], 150, P.main)
    c.line([(470, 250), (780, 296)], 116, P.ink)
    c.line([(780, 296), (740, 540)], 92, P.mid)
    c.line([(744, 556), (850, 566)], 62, P.warm)
    c.disc(470, 250, 42, P.white)
    c.disc(470, 250, 24, P.warm)
    for x, y in ((620, 272), (764, 410)):
        c.disc(x, y, 34, P.white)
        c.disc(x, y, 20, P.sun)
    signal(c, 620, 258, [58, 88], 9, P.warm, -80)
    signal(c, 780, 410, [56, 86], 9, P.warm, 0)


@gallery.picture("clinicwire-winter-plan-one-regional-line-for-respiratory-video-visits")
def snow_on_roofs(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, mix(P.ink, P.main, 0.35))
    c.disc(930, 200, 190, mix(P.ink, P.main, 0.6))
    for i, (x, y) in enumerate(scatter(64, 1200, 520)):
        c.disc(x, y, 4 + i % 3 * 2, P.white)
    roofs = ((0, 240, 150), (230, 210, 220), (430, 260, 130), (680, 230, 200), (900, 320, 120))
    chimneys = []
    for i, (x, w, h) in enumerate(roofs):
        top = 675 - h
        c.rect(x + w * 0.7, top - 132, 36, 140, P.mid)
        c.rect(x + w * 0.7 - 6, top - 140, 48, 16, P.white, 8)
        chimneys.append((x + w * 0.7 + 18, top - 144))
        c.rect(x, top, w, h, P.main if i % 2 else P.mid)
        c.poly([(x - 14, top + 6), (x + w / 2, top - 100), (x + w + 14, top + 6)], P.white)
        c.poly([(x + 6, top + 6), (x + w / 2, top - 72), (x + w - 6, top + 6)], P.ink)
        for k in range(2):
            c.rect(x + w * (0.2 + 0.38 * k), top + 36, w * 0.2, 50, P.sun if (i + k) % 2 else P.ink, 5)
    for a, b in pairwise(chimneys):
        middle = (a[0] + b[0]) / 2
        c.line(bezier(a, (middle, a[1] - 50), (middle, b[1] - 50), b), 6, P.warm)
    c.line(bezier(chimneys[-1], (1120, 330), (1060, 300), (1000, 262)), 6, P.warm)
    c.rect(850, 120, 200, 142, P.white, 14)
    c.rect(864, 134, 172, 114, P.sun, 8)
    pulse(c, 884, 1016, 196, [950], 54, 8, P.warm)


@gallery.picture("telehealthledger-after-hours-text-first-a-clinic-lets-patients-choose-the-channel")
def text_at_night(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    c.disc(930, 170, 96, P.sun)
    c.disc(976, 140, 90, P.ink)
    for x, y in scatter(34, 1200, 600):
        c.disc(x, y, 4, P.mid)
    phone(c, 420, 70, 330, 660, P.mid, P.main)
    bubble(c, 470, 160, 190, 80, P.white)
    c.rect(496, 190, 120, 16, P.soft, 8)
    bubble(c, 520, 280, 190, 110, P.sun, "right")
    c.rect(548, 310, 130, 16, P.ink, 8)
    c.rect(548, 342, 90, 16, P.ink, 8)
    bubble(c, 470, 440, 160, 80, P.white)
    for k in range(3):
        c.disc(510 + k * 38, 480, 11, P.warm)
    c.hill(610, 16, 1300, 0.6, mix(P.ink, "#000000", 0.35))
